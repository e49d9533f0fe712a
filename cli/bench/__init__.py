"""Speed, measured as ratios against a twin in the same run, on data made for the purpose."""
