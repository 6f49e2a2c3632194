"""What only the distribution lab needs: exact densities and divergences."""
