#![no_main]

libfuzzer_sys::fuzz_target!(|object: &[u8]| {
    portcullis::fuzzing::passkey_attestation(object);
});
