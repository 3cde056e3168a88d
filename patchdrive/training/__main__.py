"""`python -m patchdrive.training CONFIG... --out DIR` trains without the rest of the commands."""

import sys

from patchdrive.training.commands import main

if __name__ == "__main__":
    sys.exit(main())
