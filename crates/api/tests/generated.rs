//! The generated code is checked in, so that nobody needs a generator to build. This test holds it against `proto/`; `scripts/gen-proto` renews it.

mod openapi;

use std::{env, fs, path::Path};

const PROTOS: [&str; 5] = [
    "visite/session/v1/session.proto",
    "visite/session/v1/events.proto",
    "visite/session/v1/webhooks.proto",
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
    let compile = |comments| {
        let mut compiler = protox::Compiler::new([&proto])?;
        compiler.include_imports(true).include_source_info(comments);
        compiler.open_files(PROTOS)?;
        Ok::<_, protox::Error>(compiler)
    };
    let with_comments = compile(true)?;
    let mut types = with_comments.file_descriptor_set();
    // They describe options, and are no part of a message.
    types.file.retain(|file| !file.name().starts_with("google/api/"));
    tonic_prost_build::configure().out_dir(out).compile_fds(types)?;
    fs::write(
        out.join("openapi.json"),
        openapi::document(&with_comments.descriptor_pool()),
    )?;
    // Neither reflection nor whoever translates JSON needs comments.
    fs::write(
        out.join("descriptors.bin"),
        compile(false)?.encode_file_descriptor_set(),
    )?;
    Ok(())
}
