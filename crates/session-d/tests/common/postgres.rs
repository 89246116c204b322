//! A PostgreSQL server of our own: Debian's, as an unprivileged user, in a directory that is gone afterwards.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use session_d::PostgresConfig;
use sqlx::{Connection as _, Executor as _, PgConnection};

pub(crate) struct Server {
    programs: PathBuf,
    dir: PathBuf,
    owned: Option<tempfile::TempDir>,
    options: Vec<String>,
    port: u16,
    server: Child,
}

impl Server {
    /// `None`, said loudly, where there is no PostgreSQL.
    pub(crate) async fn start(options: &[&str]) -> Option<Self> {
        let owned = tempfile::tempdir().expect("a directory");
        let mut server = Self::start_in(owned.path(), options).await?;
        server.owned = Some(owned);
        Some(server)
    }

    /// In a directory that the caller has.
    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    pub(crate) async fn start_in(dir: &Path, options: &[&str]) -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(
                std::env::var_os("VISITE_TEST_POSTGRES").is_none(),
                "there has to be a PostgreSQL"
            );
            eprintln!("SKIPPED: there is no PostgreSQL (apt install postgresql)");
            return None;
        };
        give_away(dir);
        let mut initdb = Command::new(programs.join("initdb"));
        initdb
            .args([
                "--auth=trust",
                "--username=visite",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                "-D",
            ])
            .arg(dir.join("pg"))
            .stdout(Stdio::null());
        assert!(unprivileged(&mut initdb).status().expect("runs").success());
        let port = options.iter().find_map(|option| option.strip_prefix("port="));
        let options: Vec<_> = options.iter().map(|option| (*option).to_owned()).collect();
        let server = Self {
            server: run(&programs, dir, &options),
            programs,
            dir: dir.to_owned(),
            owned: None,
            port: port.map_or(5432, |port| port.parse().expect("a number")),
            options,
        };
        server.is_up().await;
        Some(server)
    }

    /// Where its socket is.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// A database of its own, and how session-d gets there.
    pub(crate) async fn database(&self, name: &str) -> PostgresConfig {
        self.execute("postgres", &format!("CREATE DATABASE {name}")).await;
        config(&self.dir, self.port, name)
    }

    pub(crate) async fn execute(&self, database: &str, sql: &str) {
        let mut connection = PgConnection::connect(&url(&self.dir, self.port, database))
            .await
            .expect("connects");
        connection
            .execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())))
            .await
            .expect("is good");
        connection.close().await.expect("closes");
    }

    pub(crate) async fn number(&self, database: &str, sql: &str) -> i64 {
        let mut connection = PgConnection::connect(&url(&self.dir, self.port, database))
            .await
            .expect("connects");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
            .fetch_one(&mut connection)
            .await
            .expect("is good")
    }

    /// As the power goes: all its processes at once, and what it had not written is lost to it.
    pub(crate) fn kill(&mut self) {
        let group = i32::try_from(self.server.id()).expect("a process id");
        // SAFETY: it sends a signal to the process group that `run` has made, and touches no memory.
        assert_eq!(unsafe { libc::kill(-group, libc::SIGKILL) }, 0);
        self.server.wait().expect("gone");
    }

    pub(crate) async fn start_again_if_ended(&mut self) {
        if self.server.try_wait().expect("known").is_some() {
            self.start_again().await;
        }
    }

    pub(crate) async fn start_again(&mut self) {
        // Who is killed leaves it behind.
        let _ = fs::remove_file(self.dir.join("pg/postmaster.pid"));
        self.server = run(&self.programs, &self.dir, &self.options);
        self.is_up().await;
    }

    async fn is_up(&self) {
        let end = Instant::now() + Duration::from_secs(60);
        while let Err(error) = PgConnection::connect(&url(&self.dir, self.port, "postgres")).await {
            assert!(Instant::now() < end, "PostgreSQL doesn't start: {error}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.server.try_wait(), Ok(None)) {
            self.kill();
        }
    }
}

/// The server that `VISITE_TEST_POSTGRES` names, for whole suites: a database for each directory.
pub(crate) async fn shared(dir: &Path) -> Option<PostgresConfig> {
    let socket = PathBuf::from(std::env::var_os("VISITE_TEST_POSTGRES")?);
    let name = dir.join("database");
    let database = match fs::read_to_string(&name) {
        Ok(database) => database,
        Err(_) => {
            let random: String = dir
                .to_string_lossy()
                .bytes()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let database = format!("t{}", &random[random.len().saturating_sub(40)..]);
            let mut connection = PgConnection::connect(&url(&socket, 5432, "postgres"))
                .await
                .expect("connects");
            let sql = format!("CREATE DATABASE {database}");
            connection
                .execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql)))
                .await
                .expect("created");
            fs::write(&name, &database).expect("written");
            database
        }
    };
    Some(config(&socket, 5432, &database))
}

fn config(socket: &Path, port: u16, database: &str) -> PostgresConfig {
    let text = format!("hosts = [{socket:?}]\nport = {port}\ndatabase = {database:?}\nuser = \"visite\"\n");
    toml::from_str(&text).expect("is good")
}

fn url(socket: &Path, port: u16, database: &str) -> String {
    format!(
        "postgres://visite@localhost:{port}/{database}?host={}",
        socket.display()
    )
}

fn run(programs: &Path, dir: &Path, options: &[String]) -> Child {
    let mut postgres = Command::new(programs.join("postgres"));
    postgres
        .arg("-D")
        .arg(dir.join("pg"))
        .arg("-k")
        .arg(dir)
        .args(["-c", "listen_addresses="])
        .args(["-c", "log_min_messages=panic"]);
    for option in options {
        postgres.arg("-c").arg(option);
    }
    postgres.process_group(0).stderr(Stdio::null());
    unprivileged(&mut postgres).spawn().expect("starts")
}

/// The newest that is installed.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut programs: Vec<_> = versions
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    programs.sort();
    programs.pop()
}

/// PostgreSQL runs for anybody but root.
fn unprivileged(command: &mut Command) -> &mut Command {
    if is_root() {
        command.uid(NOBODY).gid(NOBODY).current_dir("/")
    } else {
        command
    }
}

pub(crate) fn give_away(path: &Path) {
    if is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).expect("given away");
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").expect("there").uid() == 0
}

const NOBODY: u32 = 65534;
