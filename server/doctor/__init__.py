"""What is wrong with an installation and what to do about it.

`examine(settings)` runs every check by itself: one that breaks is a finding, never the end. A check looks and touches
nothing; it may be run beside a serving process.
"""

from server.doctor.examination import examine
from server.doctor.finding import Finding

__all__ = ["Finding", "examine"]
