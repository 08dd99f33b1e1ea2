//! Reading a request from a socket.

use tokio::{io::AsyncReadExt as _, net::TcpStream};

/// Reads one request with a `content-length`, head and body.
pub async fn read_request(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut request = Vec::new();
    loop {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(request);
        }
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0_usize);
            if request.len() >= head.len() + 4 + length {
                return Ok(request);
            }
        }
    }
}
