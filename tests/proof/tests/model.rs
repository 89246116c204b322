//! The relay does what a simple model of RFC 8656 does. `PROPTEST_CASES=100000` tells more stories than the usual number.

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn case_16_the_relay_and_the_model_agree(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        proof::story::tell(&bytes);
    }

    #[test]
    fn what_parses_is_built_again(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        proof::targets::message(&bytes);
    }

    #[test]
    fn a_stream_is_cut_the_same_in_any_pieces(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        proof::targets::framer(&bytes);
    }

    #[test]
    fn case_17_a_peer_is_judged_the_same_in_every_spelling(bytes in prop::collection::vec(any::<u8>(), 20)) {
        proof::targets::peers(&bytes);
    }
}
