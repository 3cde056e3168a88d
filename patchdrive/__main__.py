"""`python -m patchdrive` is the command `patchdrive`."""

import sys

from patchdrive.cli import main

sys.exit(main())
