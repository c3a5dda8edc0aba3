"""What the screens say: plain values made from what the runtime reports, without Qt."""
