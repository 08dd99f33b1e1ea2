//! What does one call send, to whom, and what does its caller get? Each question is a module.

mod example;
mod input;
mod proxy;
mod signing;
mod time_outs;
mod tls;
mod transport;
mod whole;
mod wire;
