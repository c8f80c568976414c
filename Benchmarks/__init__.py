"""Speed of reg-tools against its peers, on the same work in the same run: python3 -m Benchmarks --help"""
