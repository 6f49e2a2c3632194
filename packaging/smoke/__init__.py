"""What `packaging/smoke_test.py` is made of. Standard library only: it judges what has the rest."""
