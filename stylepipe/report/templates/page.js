"use strict";
(() => {
  const page = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("main"), sheets = document.getElementById("sheets");
  const view = document.getElementById("view"), filter = document.getElementById("filter");
  const numberOf = new Map(page.items.map((item, number) => [item.id ?? item.name, number]));
  let shown = page.items.map((_, number) => number); // what the arrow keys go through

  /** Make an element. Texts are never read as HTML, whatever a file is called. */
  function node(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === undefined || value === null) continue;
      if (name in made) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== undefined && child !== null && child !== ""));
    return made;
  }

  const small = (name) => (page.pictures ? page.pictures[name] : `thumbs/${name}`);
  const address = (number) => `#${page.items[number].id ?? page.items[number].name}`;

  function duration(seconds) {
    if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
    const minutes = Math.round(seconds) / 60;
    const two = (value) => String(Math.floor(value)).padStart(2, "0");
    if (minutes < 60) return `${Math.floor(minutes)} min ${two(Math.round(seconds) % 60)} s`;
    return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  }

  function moment(text) {
    const time = new Date(text);
    return isNaN(time) ? text : time.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  }

  // ---- sheets: rows are empty boxes of a known height until they come near the screen

  const fillers = new WeakMap();
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) target.replaceChildren();
        else if (!target.firstChild) target.append(...fillers.get(target)());
      }
    },
    { root: main, rootMargin: "900px 100%" },
  );

  function row(className, fill) {
    const made = node("div", { className: `row ${className}` });
    fillers.set(made, fill);
    watcher.observe(made);
    return made;
  }

  function picture(number, named) {
    const item = page.items[number], thumb = item.thumb && small(item.thumb);
    const label = item.state ? `${item.state}: ${item.why ?? ""}` : item.clip ? "clip" : "";
    const inside = thumb
      ? node("img", { src: thumb, alt: item.name, loading: "lazy", decoding: "async" })
      : node("span", { className: "note" }, label || item.name);
    return node(
      "a",
      { className: `item ${item.state ?? "done"}`, href: address(number), title: item.name },
      node("span", { className: "frame" }, inside),
      thumb && label ? node("span", { className: "badge" }, item.state ?? label) : "",
      named ? node("span", { className: "caption" }, item.name) : "",
    );
  }

  function cell(numbers, named) {
    const inside = numbers === null ? [] : [numbers].flat().map((number) => picture(number, named));
    return node("div", { className: "cell" }, ...inside);
  }

  function head([text, ...sources]) {
    const images = sources.filter((number) => page.sources[number].thumb).map((number) =>
      node("img", { src: small(page.sources[number].thumb), alt: "", loading: "lazy" }),
    );
    const beside = images.length ? node("span", { className: "images" }, ...images) : "";
    return node("div", { className: "head", title: text }, beside, node("span", { className: "text" }, text));
  }

  function table(sheet) {
    const made = node("section", { className: "sheet" });
    if (sheet.about.length) {
      const title = sheet.about.map(([text]) => text).join(" · ");
      const images = sheet.about.flatMap((one) => [...head(one).querySelectorAll("img")]);
      made.append(node("div", { className: "about" }, ...images, node("h2", {}, title)));
      made.setAttribute("aria-label", title);
    }
    made.append(node("div", { className: "row heads" }, head([""]), ...sheet.columns.map(head)));
    for (const [about, ...cells] of sheet.rows) {
      made.append(row("", () => [head(about), ...cells.map((numbers) => cell(numbers, false))]));
    }
    return made;
  }

  /** Lay pictures side by side, as many in a row as there is room for: what has only one column, and what is found. */
  function flow(numbers) {
    const style = getComputedStyle(main), gap = parseFloat(style.getPropertyValue("--gap"));
    const width = main.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const count = Math.max(1, Math.floor((width + gap) / (parseFloat(style.getPropertyValue("--cell")) + gap)));
    const made = node("section", { className: "sheet" });
    for (let k = 0; k < numbers.length; k += count) {
      const here = numbers.slice(k, k + count);
      made.append(row("flow named", () => here.map((number) => cell(number, true))));
    }
    return made;
  }

  function lay() {
    const wanted = filter.value.trim().toLowerCase();
    watcher.disconnect();
    if (wanted) {
      shown = page.items.flatMap((item, number) => (item.name.toLowerCase().includes(wanted) ? [number] : []));
      const nothing = node("p", { className: "none" }, "No item has that in its name.");
      sheets.replaceChildren(shown.length ? flow(shown) : nothing);
      return;
    }
    shown = page.items.map((_, number) => number);
    sheets.replaceChildren(...page.sheets.map((sheet) => {
      const alone = sheet.columns.length === 1 && !sheet.about.length && sheet.rows.length > 6;
      if (!alone) return table(sheet);
      const made = flow(sheet.rows.flatMap(([, ...cells]) => cells.flat()).filter((number) => number !== null));
      made.prepend(node("div", { className: "about" }, ...head(sheet.columns[0]).childNodes));
      return made;
    }));
  }

  // ---- one item

  function svg(tag, properties, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(properties)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  /** Draw lines over marks; the lines are made where the page is. */
  function plot([first, last, ...lines], marks, label) {
    const [width, height] = page.plot, text = (x, y, anchor, ...inside) =>
      svg("text", { x, y, "text-anchor": anchor }, ...inside);
    return svg(
      "svg",
      { class: "plot", viewBox: `-34 -6 ${width + 38} ${height + 22}`, role: "img", "aria-label": label },
      ...marks.flatMap(([mark, y]) => [svg("line", { x1: 0, x2: width, y1: y, y2: y }), text(-6, y + 3, "end", mark)]),
      ...lines.map((d, k) => svg("path", { d, class: k ? "dotted" : "solid" })),
      text(0, height + 13, "start", String(first)),
      text(width, height + 13, "end", String(last)),
    );
  }

  function part(title, ...children) {
    return node("div", {}, node("h3", {}, title), ...children);
  }

  const list = (rows) =>
    node("dl", {}, ...rows.flatMap(([key, value]) => [node("dt", {}, key), node("dd", {}, String(value))]));

  function facts(item) {
    const parts = [], style = page.styles[item.style], source = page.sources[item.content];
    if (item.why) parts.push(node("p", { className: item.state === "failed" ? "bad" : "" }, `${item.state}: ${item.why}`));
    if (style) {
      const rows = style.artworks.map(([number, share]) => {
        const artwork = page.sources[number];
        const image = artwork.thumb ? node("img", { src: small(artwork.thumb), alt: "" }) : "";
        const weight = style.artworks.length > 1 ? node("small", {}, ` ${Math.round(share * 100)} %`) : "";
        return node("div", {}, image, node("span", {}, artwork.name, weight));
      });
      parts.push(part(`Style ${style.name}`, node("div", { className: "artworks" }, ...rows)));
    }
    if (item.losses) {
      parts.push(part("Loss: content —, style ···", plot(item.losses, page.losses, "Content and style loss")));
    }
    if (item.steadiness) {
      parts.push(part("E_warp by frame (less is steadier)", plot(item.steadiness, page.steadiness, "E_warp by frame")));
    }
    const about = [];
    if (source) about.push(["from", source.name]);
    if (item.seconds !== undefined) {
      about.push(["took", duration(item.seconds)], ["on", page.devices[item.device]]);
      about.push(["steps", item.iterations], ["finished", moment(item.finished)]);
    }
    if (about.length) parts.push(part("How", list(about)));
    const changed = page.settings[item.settings];
    if (changed) {
      const names = new Set(changed.map(([key]) => key));
      const others = list(page.builtIn.filter(([key]) => !names.has(key)));
      parts.push(part(
        "Settings",
        changed.length ? list(changed) : node("p", {}, "all built-in"),
        node("details", {}, node("summary", {}, "the others, as built in"), others),
      ));
    }
    if (item.notes) parts.push(part("Notes", ...item.notes.map((note) => node("p", {}, note))));
    if (item.command) {
      const title = !item.state ? "To make it again" : item.output ? "To make it as the job asks now" : "To make it";
      parts.push(part(title, node("code", { className: "command", tabIndex: 0 }, item.command)));
    }
    if (item.output) {
      const links = [node("a", { href: item.output, target: "_blank", rel: "noopener" }, "the file itself")];
      if (source?.link) links.push(node("a", { href: source.link, target: "_blank", rel: "noopener" }, "its source"));
      parts.push(node("p", { className: "links" }, ...links));
    }
    return parts;
  }

  /** Let a picture fill the room it has, once its shape is known. */
  function fitting(image) {
    image.addEventListener("load", () => {
      const outer = image.closest("img-comparison-slider") ?? image;
      outer.style.setProperty("--ratio", image.naturalWidth / image.naturalHeight);
    });
    return image;
  }

  function slider(before, after, name) {
    const made = node(
      "img-comparison-slider",
      { tabIndex: 0, role: "slider", "aria-label": "Photograph and painting", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 50 },
      node("img", { slot: "first", className: "before", src: before, alt: `photograph of ${name}` }),
      fitting(node("img", { slot: "second", className: "whole", src: after, alt: name })),
    );
    made.addEventListener("slide", () => made.setAttribute("aria-valuenow", Math.round(made.value)));
    // The arrow keys move it while it has the focus, which a mouse should not leave there.
    made.addEventListener("pointerup", () => made.blur());
    return made;
  }

  /** Play a clip and its source, of which it may be a part, in step. */
  function together(painted, source, start) {
    for (const [video, other, later] of [[painted, source, start], [source, painted, -start]]) {
      const follow = () => {
        const time = video.currentTime + later;
        if (Math.abs(other.currentTime - time) > 0.1) other.currentTime = Math.max(0, time);
      };
      video.addEventListener("play", () => { other.muted = true; follow(); other.play(); });
      video.addEventListener("pause", () => other.pause());
      video.addEventListener("seeked", follow);
    }
  }

  function moving(src, poster, caption) {
    const video = /\.(mp4|webm|mov)$/i.test(src ?? "");
    const made = video
      ? node("video", { src, poster: poster ?? "", controls: true, loop: true, playsInline: true, preload: "metadata" })
      : node("img", { src: src ?? poster, alt: caption });
    return node("figure", {}, made, node("figcaption", {}, caption));
  }

  function clip(item) {
    const source = page.sources[item.content], still = item.large ?? item.thumb;
    if (item.frames) {
      return item.frames.map((name, k) => moving(undefined, small(name), `frame ${k}`));
    }
    const painted = moving(item.clip === "still" ? undefined : item.output, still && small(still), item.clip === "still" ? "first frame" : "painted");
    const original = source && (source.link || source.large)
      ? [moving(source.link, source.large && small(source.large), source.link ? "source" : "source, first frame")] : [];
    const videos = [painted, ...original].map((figure) => figure.querySelector("video"));
    const changed = Object.fromEntries(page.settings[item.settings] ?? []);
    if (videos.filter(Boolean).length === 2) together(...videos, Number(changed["video.start"] ?? 0));
    return [painted, ...original];
  }

  function pictures(item) {
    const before = page.sources[item.content]?.large;
    if (!item.output) {
      return before ? [fitting(node("img", { className: "whole", src: small(before), alt: `photograph of ${item.name}` }))] : [];
    }
    if (item.clip) return clip(item);
    const after = item.large ? small(item.large) : item.output;
    const alone = () => fitting(node("img", { className: "whole", src: after, alt: item.name }));
    return [before ? slider(small(before), after, item.name) : alone()];
  }

  let open = -1;

  function show(number) {
    const item = page.items[number];
    open = number;
    document.getElementById("view-name").textContent = item.name;
    document.getElementById("picture").replaceChildren(...pictures(item));
    document.getElementById("facts").replaceChildren(...facts(item));
    const place = shown.indexOf(number);
    document.getElementById("previous").disabled = place <= 0;
    document.getElementById("next").disabled = place < 0 || place + 1 >= shown.length;
    if (!view.open) view.showModal();
  }

  function step(by) {
    const next = shown[shown.indexOf(open) + by];
    if (open >= 0 && next !== undefined) location.replace(address(next));
  }

  function follow() {
    const number = numberOf.get(location.hash.slice(1));
    if (number !== undefined) show(number);
    else if (view.open) view.close();
  }

  view.addEventListener("close", () => {
    open = -1;
    document.getElementById("picture").replaceChildren();
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  });
  view.addEventListener("click", (event) => { if (event.target === view) view.close(); });
  document.getElementById("close").addEventListener("click", () => view.close());
  document.getElementById("previous").addEventListener("click", () => step(-1));
  document.getElementById("next").addEventListener("click", () => step(1));
  addEventListener("keydown", (event) => {
    const own = event.target.closest?.("img-comparison-slider, video, input");
    if (own || event.altKey || event.ctrlKey || event.metaKey || open < 0) return;
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  addEventListener("hashchange", follow);
  for (const link of document.querySelectorAll("[data-item]")) link.href = address(Number(link.dataset.item));
  for (const time of document.querySelectorAll("time")) time.textContent = moment(time.dateTime);

  const seconds = page.items.reduce((sum, item) => sum + (item.seconds ?? 0), 0);
  if (seconds) document.getElementById("total").textContent = `, ${duration(seconds)} of painting`;
  filter.addEventListener("input", lay);
  let width = main.clientWidth;
  new ResizeObserver(() => { if (main.clientWidth !== width) { width = main.clientWidth; lay(); } }).observe(main);

  // ---- while a run goes on

  const kept = "stylepipe-report";
  function reload() {
    const busy = open >= 0 || document.activeElement === filter;
    if (busy) return;
    try { sessionStorage.setItem(kept, JSON.stringify([main.scrollLeft, main.scrollTop, filter.value])); } catch { /* not kept */ }
    location.reload();
  }
  let place = [0, 0, ""];
  try { place = JSON.parse(sessionStorage.getItem(kept)) ?? place; sessionStorage.removeItem(kept); } catch { /* none */ }
  filter.value = place[2];
  lay();
  main.scrollTo(place[0], place[1]);
  if (page.live) setInterval(reload, 5000);
  follow();
})();
