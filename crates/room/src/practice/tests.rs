use super::*;

#[test]
fn a_board_reaches_the_other_devices_and_waits_for_who_comes_later() {
    let mut desk = Desk::new();
    let (first, second) = (desk.join(1), desk.join(2));
    desk.drain();

    desk.lines.board(first, board(7), desk.now);

    assert_eq!(desk.drain(), [told(second, 1, Some(7))]);
    let third = desk.join(3);
    assert_eq!(desk.drain(), [joined(third, &[(1, 7)])]);
}

#[test]
fn another_practice_hears_nothing() {
    let mut desk = Desk::new();
    let ours = desk.join(1);
    let theirs = desk.join_practice(9, 2);
    desk.drain();

    desk.lines.board(ours, board(7), desk.now);
    desk.lines.changed(practice(9), desk.now);

    assert_eq!(desk.drain(), [LineOutput::Changed { conn: theirs }]);
}

#[test]
fn a_change_is_told_at_once_and_many_of_them_twice_a_second() {
    let mut desk = Desk::new();
    let conn = desk.join(1);
    desk.drain();

    for _ in 0..100 {
        desk.lines.changed(practice(0), desk.now);
    }
    assert_eq!(desk.drain(), [LineOutput::Changed { conn }]);
    desk.pass(Duration::from_millis(499));
    assert_eq!(desk.drain(), []);
    desk.pass(Duration::from_millis(1));
    assert_eq!(desk.drain(), [LineOutput::Changed { conn }]);

    desk.pass(Duration::from_secs(10));
    assert_eq!(desk.drain(), [], "nothing is owed any more");
    desk.lines.all_changed(desk.now);
    assert_eq!(desk.drain(), [LineOutput::Changed { conn }]);
}

#[test]
fn a_board_outlives_a_reload_and_is_gone_half_a_minute_after_its_device() {
    let mut desk = Desk::new();
    let (first, second) = (desk.join(1), desk.join(2));
    desk.lines.board(first, board(7), desk.now);
    desk.drain();

    desk.lines.disconnected(first, desk.now);
    desk.pass(Duration::from_secs(29));
    let again = desk.join(1);
    desk.pass(Duration::from_secs(60));
    assert_eq!(desk.drain(), [joined(again, &[])]);

    desk.lines.disconnected(again, desk.now);
    desk.pass(Duration::from_secs(30));
    assert_eq!(desk.drain(), [told(second, 1, None)]);
}

#[test]
fn a_revoked_device_is_out_with_its_board_and_stays_out() {
    let mut desk = Desk::new();
    let (first, second) = (desk.join(1), desk.join(2));
    desk.lines.board(first, board(7), desk.now);
    desk.drain();

    desk.lines
        .bar(device(1), desk.now + Duration::from_secs(3600), desk.now);

    assert_eq!(desk.drain(), [close(first, Refusal::Closed), told(second, 1, None)]);
    assert_eq!(desk.try_join(1), Err(Refusal::Closed));
    desk.pass(Duration::from_secs(3600));
    assert!(
        desk.try_join(1).is_ok(),
        "it is forgotten: no token of it is good any more"
    );
}

#[test]
fn a_line_ends_with_its_token_unless_that_is_renewed() {
    let mut desk = Desk::new();
    let (first, second) = (desk.join(1), desk.join(2));
    desk.drain();

    desk.pass(Duration::from_secs(590));
    desk.lines.renew(first, console(0, 1, desk.now + A_TOKEN), desk.now);
    assert_eq!(desk.drain(), [LineOutput::Renewed { conn: first }]);
    desk.pass(Duration::from_secs(10));
    assert_eq!(desk.drain(), [close(second, Refusal::TokenInvalid)]);
    desk.pass(Duration::from_secs(590));
    assert_eq!(desk.drain(), [close(first, Refusal::TokenInvalid)]);
}

#[test]
fn another_devices_token_renews_nothing() {
    let mut desk = Desk::new();
    let conn = desk.join(1);
    desk.drain();

    desk.lines.renew(conn, console(0, 2, desk.now + A_TOKEN), desk.now);

    assert_eq!(desk.drain(), [close(conn, Refusal::TokenInvalid)]);
}

#[test]
fn more_than_sixty_boards_at_once_are_a_flood_also_over_several_lines() {
    let mut desk = Desk::new();
    let first = desk.join(1);
    for _ in 0..60 {
        desk.lines.board(first, board(7), desk.now);
    }
    desk.drain();
    let second = desk.join(1);
    desk.drain();

    desk.lines.board(second, board(7), desk.now);
    assert_eq!(desk.drain(), [close(second, Refusal::Flood)]);

    desk.pass(Duration::from_secs(1));
    desk.lines.board(first, board(7), desk.now);
    assert_eq!(desk.drain(), []);
}

#[test]
fn a_device_has_four_lines_and_a_practice_so_many_as_one_answer_can_hold() {
    let mut desk = Desk::new();
    let lines: Vec<_> = (0..5).map(|_| desk.join(1)).collect();
    assert_eq!(desk.drain().last(), Some(&close(lines[0], Refusal::TakenOver)));

    let let_in = (0..=255).filter(|number| *number != 1 && desk.try_join(*number).is_ok());
    assert_eq!(let_in.count(), 252);
    assert_eq!(desk.try_join(2), Err(Refusal::Unavailable));
}

#[test]
fn nothing_is_left_of_who_has_gone() {
    let mut desk = Desk::new();
    let conn = desk.join(1);
    desk.lines.board(conn, board(7), desk.now);
    desk.lines.changed(practice(0), desk.now);
    desk.lines.disconnected(conn, desk.now);

    desk.pass(Duration::from_secs(30));

    assert!(desk.lines.practices.is_empty() && desk.lines.conns.is_empty() && desk.lines.due.is_empty());
}

struct Desk {
    lines: Lines,
    now: Instant,
    next: u64,
}

impl Desk {
    fn new() -> Self {
        Self {
            lines: Lines::default(),
            now: Instant::now(),
            next: 0,
        }
    }

    fn join(&mut self, number: u8) -> ConnId {
        self.try_join(number).expect("is let in")
    }

    fn try_join(&mut self, number: u8) -> Result<ConnId, Refusal> {
        self.join_with(console(0, number, self.now + A_TOKEN))
    }

    fn join_practice(&mut self, practice: u8, number: u8) -> ConnId {
        self.join_with(console(practice, number, self.now + A_TOKEN))
            .expect("is let in")
    }

    fn join_with(&mut self, console: Console) -> Result<ConnId, Refusal> {
        self.next += 1;
        let conn = ConnId(self.next);
        self.lines.join(conn, console, self.now).map(|()| conn)
    }

    /// Comes back as often as it is asked to.
    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.lines.poll_timeout().filter(|at| *at <= end) {
            self.now = at;
            self.lines.handle_timeout(at);
        }
        self.now = end;
    }

    fn drain(&mut self) -> Vec<LineOutput> {
        std::iter::from_fn(|| self.lines.poll_output()).collect()
    }
}

fn console(of: u8, number: u8, expires: Instant) -> Console {
    Console {
        device: device(number),
        practice: practice(of),
        expires,
    }
}

fn device(number: u8) -> RecordId {
    RecordId::new([number; 16])
}

fn practice(number: u8) -> RecordId {
    RecordId::new([0xf0, number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
}

fn board(byte: u8) -> Board {
    Board::new(Sealed::new(&[byte]).expect("short")).expect("a board")
}

fn joined(conn: ConnId, boards: &[(u8, u8)]) -> LineOutput {
    let boards = boards.iter().map(|(number, byte)| (device(*number), board(*byte)));
    LineOutput::Joined {
        conn,
        boards: boards.collect(),
    }
}

fn told(conn: ConnId, number: u8, byte: Option<u8>) -> LineOutput {
    LineOutput::Board {
        conn,
        device: device(number),
        board: byte.map(board),
    }
}

fn close(conn: ConnId, why: Refusal) -> LineOutput {
    LineOutput::Close { conn, why }
}

const A_TOKEN: Duration = Duration::from_secs(600);
