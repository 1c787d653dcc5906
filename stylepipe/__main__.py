"""`python -m stylepipe`."""

from stylepipe.cli.main import main

main()
