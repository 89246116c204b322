//! The tests of the whole house live in `tests/tests`; this library is empty.
