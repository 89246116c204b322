//! The generated code is checked in, so that nobody needs a generator to build. This test holds it against `proto/`; `scripts/gen-proto` renews it.

use std::{env, fs, path::Path};

use prost::Message as _;

const PROTOS: [&str; 4] = [
    "visite/session/v1/session.proto",
    "visite/session/v1/events.proto",
    "visite/control/v1/control.proto",
    "visite/relay/v1/relay.proto",
];

#[test]
fn what_is_checked_in_is_what_the_protos_say() -> Result<(), Box<dyn std::error::Error>> {
    let fresh = tempfile::tempdir()?;
    generate(fresh.path())?;
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated");

    for file in fs::read_dir(fresh.path())? {
        let file = file?;
        let (new, old) = (fs::read(file.path())?, kept.join(file.file_name()));
        if env::var_os("VISITE_GEN_PROTO").is_some() {
            fs::write(&old, &new)?;
        }
        assert!(
            fs::read(&old).is_ok_and(|old| old == new),
            "{} is not what proto/ says: run scripts/gen-proto",
            old.display()
        );
    }
    Ok(())
}

fn generate(out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let proto = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto");
    let mut descriptors = protox::compile(PROTOS, [proto])?;
    tonic_prost_build::configure()
        .out_dir(out)
        .compile_fds(descriptors.clone())?;
    // Reflection needs no comments.
    for file in &mut descriptors.file {
        file.source_code_info = None;
    }
    fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    Ok(())
}
