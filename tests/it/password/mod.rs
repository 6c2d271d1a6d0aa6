//! Passwords: which may be chosen, how they are kept, and what a hostile row can do.

mod engine;
mod hostile;
mod log;
mod pool;
mod rules;
mod same;
mod storage;
