#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    portcullis::fuzzing::foreign_hash(text);
});
