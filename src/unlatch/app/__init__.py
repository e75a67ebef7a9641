"""The parts put together: one module for each thing that unlatch can do. Only here are parts built."""
