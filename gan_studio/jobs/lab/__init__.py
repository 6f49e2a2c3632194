"""The lab's games as a thread that is played like a film: on, back, step by step, two at a time."""
