//! A receiver that answers as it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

pub(super) struct Request {
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

/// An HTTP server that answers each request with the next of `answers`, and with the last of them from then on.
pub(super) fn sink(answers: &[(u16, Vec<u8>)]) -> (String, Receiver<Request>) {
    let answers = answers.to_vec();
    server(move |_, index| answers[index.min(answers.len() - 1)].clone())
}

/// An HTTP server that answers with what comes of a request and of how many there were before.
pub(super) fn server(
    answer: impl Fn(&Request, usize) -> (u16, Vec<u8>) + Send + Sync + 'static,
) -> (String, Receiver<Request>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = channel();
    let answers = Arc::new((AtomicUsize::new(0), answer));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (sender, answers) = (sender.clone(), Arc::clone(&answers));
            thread::spawn(move || {
                let mut reader = BufReader::new(stream);
                while let Some(request) = read_request(&mut reader) {
                    let index = answers.0.fetch_add(1, Ordering::SeqCst);
                    let (status, body) = answers.1(&request, index);
                    let _ = sender.send(request);
                    let content_type = if body.starts_with(b"<html>") {
                        "text/html; charset=utf-8"
                    } else {
                        "application/x-protobuf"
                    };
                    let wait = if status == 429 {
                        "retry-after: 5\r\n"
                    } else {
                        ""
                    };
                    let head = format!(
                        "HTTP/1.1 {status} x\r\ncontent-type: {content_type}\r\n{wait}content-length: {}\r\n\r\n",
                        body.len()
                    );
                    let _ = reader
                        .get_mut()
                        .write_all(&[head.as_bytes(), &body].concat());
                }
            });
        }
    });
    (address, requests)
}

pub(super) fn healthy() -> (String, Receiver<Request>) {
    sink(&[(200, Vec::new())])
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let mut headers = head.lines();
    let length = headers.find_map(|line| line.strip_prefix("content-length: "))?;
    let mut body = vec![0; length.trim().parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some(Request { head, body })
}

/// An address where nobody listens.
pub(super) fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}
