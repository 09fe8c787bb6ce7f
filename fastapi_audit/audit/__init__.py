"""The finished audit: what scoring hands to the reports. Plain frozen data, no behaviour."""
