use std::time::Duration;

use api::session::v1::{
    CreateEnrolmentRequest, CreatePracticeRequest, ListPracticesRequest, Practice, Role as ProtoRole,
};

use super::{Operator, print_time, said};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Add a practice, and print the link that enrols its first browser.
    Add {
        /// What patients will read.
        name: String,
    },
    /// List all practices.
    List,
    /// Print a new one-time link that enrols a browser.
    Enrol(Enrol),
}

/// Which browser is to be enrolled.
#[derive(Debug, clap::Args)]
pub(crate) struct Enrol {
    /// The practice's id, as `practice list` shows it.
    practice: String,
    /// What it will be: staff arrange appointments and can't consult.
    #[arg(long, value_enum, default_value = "doctor")]
    role: Role,
    /// A doctor's browser of the practice has to confirm it before it can do anything.
    #[arg(long)]
    confirm: bool,
    /// For how many hours the link is good (1 to 168).
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u64).range(1..=168))]
    hours: u64,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Role {
    Doctor,
    Staff,
}

pub(super) async fn run(command: &Command, operator: Operator) -> anyhow::Result<()> {
    match command {
        Command::Add { name } => {
            let practice = operator.add_practice(name).await?;
            println!("practice:       {}", practice.id);
            println!("enrolment link: {}", operator.enrolment_link(practice.id, A_DAY).await?);
            println!("It enrols one browser, once. Open it in the doctor's browser.");
            Ok(())
        }
        Command::List => list(&operator).await,
        Command::Enrol(enrol) => enrol.run(&operator).await,
    }
}

impl Enrol {
    pub(super) async fn run(&self, operator: &Operator) -> anyhow::Result<()> {
        let request = CreateEnrolmentRequest {
            practice: self.practice.clone(),
            ttl: Some(Duration::from_secs(self.hours * 3600).try_into()?),
            role: match self.role {
                Role::Doctor => ProtoRole::Doctor,
                Role::Staff => ProtoRole::Staff,
            }
            .into(),
            needs_confirmation: self.confirm,
            ..CreateEnrolmentRequest::default()
        };
        println!("enrolment link: {}", operator.enrolment(request).await?);
        println!("It enrols one browser, once.");
        if self.confirm {
            println!("A doctor's browser of the practice has to confirm it then.");
        }
        Ok(())
    }
}

impl Operator {
    pub(crate) async fn add_practice(&self, name: &str) -> anyhow::Result<Practice> {
        let request = CreatePracticeRequest {
            name: name.to_owned(),
            ..CreatePracticeRequest::default()
        };
        let answer = self.practices().create_practice(request).await;
        Ok(answer.map_err(|status| said(&status))?.into_inner())
    }

    /// A link for a doctor's browser.
    pub(crate) async fn enrolment_link(&self, practice: String, ttl: Duration) -> anyhow::Result<String> {
        let request = CreateEnrolmentRequest {
            practice,
            ttl: Some(ttl.try_into()?),
            ..CreateEnrolmentRequest::default()
        };
        self.enrolment(request).await
    }

    /// The link, or the bare code where session-d doesn't know the installation's public name.
    async fn enrolment(&self, request: CreateEnrolmentRequest) -> anyhow::Result<String> {
        let answer = self.practices().create_enrolment(request).await;
        let enrolment = answer.map_err(|status| said(&status))?.into_inner();
        if enrolment.link.is_empty() {
            return Ok(format!("/practice#enrol={}", enrolment.code));
        }
        Ok(enrolment.link)
    }

    pub(crate) async fn all_practices(&self) -> anyhow::Result<Vec<Practice>> {
        let mut practices = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = ListPracticesRequest {
                page_size: 0,
                page_token,
            };
            let answer = self.practices().list_practices(request).await;
            let page = answer.map_err(|status| said(&status))?.into_inner();
            practices.extend(page.practices);
            if page.next_page_token.is_empty() {
                return Ok(practices);
            }
            page_token = page.next_page_token;
        }
    }
}

async fn list(operator: &Operator) -> anyhow::Result<()> {
    for practice in operator.all_practices().await? {
        println!(
            "{}  {}  {}",
            practice.id,
            print_time(practice.create_time),
            practice.name
        );
    }
    Ok(())
}

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
