#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    portcullis::fuzzing::refresh_token(text);
});
