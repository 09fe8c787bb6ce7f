"""How fast the auditor is: ratios, measured in one run on one machine (`python -m benchmarks --help`)."""
