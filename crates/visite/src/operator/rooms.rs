use api::session::v1::{CloseRoomRequest, ListRoomsRequest, Room, room::State};

use super::{Operator, now, print_time, said};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List a practice's appointments from now on (times in UTC).
    List {
        /// The practice's id.
        practice: String,
        /// Those that began before now as well, for as long as they are stored.
        #[arg(long)]
        all: bool,
    },
    /// Cancel an appointment: both seats are closed, its links are void.
    Close {
        /// The room's id, as `list` shows it.
        room: String,
    },
}

pub(super) async fn run(command: &Command, operator: Operator) -> anyhow::Result<()> {
    match command {
        Command::List { practice, all } => list(&operator, practice, *all).await,
        Command::Close { room } => {
            let answer = operator
                .rooms()
                .close_room(CloseRoomRequest {
                    room: room.clone(),
                    ..CloseRoomRequest::default()
                })
                .await;
            answer.map_err(|status| said(&status))?;
            println!("{room} is cancelled");
            Ok(())
        }
    }
}

async fn list(operator: &Operator, practice: &str, all: bool) -> anyhow::Result<()> {
    let mut page_token = String::new();
    loop {
        let request = ListRoomsRequest {
            practice: practice.to_owned(),
            from: (!all).then(now),
            page_token,
            ..ListRoomsRequest::default()
        };
        let answer = operator.rooms().list_rooms(request).await;
        let page = answer.map_err(|status| said(&status))?.into_inner();
        page.rooms.iter().for_each(print);
        if page.next_page_token.is_empty() {
            return Ok(());
        }
        page_token = page.next_page_token;
    }
}

fn print(room: &Room) {
    let state = match room.state() {
        State::Open => "open",
        State::Closed => "cancelled",
        State::Unspecified => "-",
    };
    println!("{}  {}  {state}", room.id, print_time(room.start_time));
}
