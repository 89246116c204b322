"""Two webrtcbins of GStreamer (libnice underneath) that may use nothing but the relay: webrtcbin.py SERVER NAME PASSWORD udp|tcp. Says which kinds of candidates they found, and what was heard."""

import sys
from urllib.parse import quote

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402


def main(server, name, password, way):
    Gst.init(None)
    loop = GLib.MainLoop()
    pipeline = Gst.Pipeline.new()
    one, other = (Gst.ElementFactory.make("webrtcbin", end) for end in ("one", "other"))
    kinds, words = set(), []
    for end in (one, other):
        end.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        end.set_property("ice-transport-policy", GstWebRTC.WebRTCICETransportPolicy.RELAY)
        end.set_property("turn-server", f"turn://{quote(name, '')}:{quote(password, '')}@{server}?transport={way}")
        pipeline.add(end)

    def passes(_end, line, candidate, there):
        # "candidate:1 1 UDP 2015363327 127.0.0.1 50000 typ relay …"
        kinds.add(candidate.split()[7])
        there.emit("add-ice-candidate", line, candidate)

    one.connect("on-ice-candidate", passes, other)
    other.connect("on-ice-candidate", passes, one)

    def describe(end, there, kind, then):
        def made(promise, *_):
            reply = promise.get_reply()
            text = reply.get_value(kind).sdp.as_text()
            for side, of in ((end, "local"), (there, "remote")):
                _, message = GstSdp.SDPMessage.new_from_text(text)
                description = GstWebRTC.WebRTCSessionDescription.new(getattr(GstWebRTC.WebRTCSDPType, kind.upper()), message)
                done = Gst.Promise.new_with_change_func(lambda *_: then()) if side is there else None
                side.emit(f"set-{of}-description", description, done)

        end.emit(f"create-{kind}", None, Gst.Promise.new_with_change_func(made))

    def heard(_channel, text):
        words.append(text)
        loop.quit()

    one.connect("on-negotiation-needed", lambda _end: describe(one, other, "offer", lambda: describe(other, one, "answer", lambda: None)))
    pipeline.set_state(Gst.State.READY)
    channel = one.emit("create-data-channel", "words", None)
    channel.connect("on-open", lambda channel: channel.emit("send-string", "hello"))
    other.connect("on-data-channel", lambda _end, channel: channel.connect("on-message-string", heard))
    pipeline.set_state(Gst.State.PLAYING)
    GLib.timeout_add_seconds(40, loop.quit)
    loop.run()
    print(*sorted(kinds), *words)
    pipeline.set_state(Gst.State.NULL)


main(*sys.argv[1:])
