"""The local cloud: speaks the clouds' wire protocols on a loopback port and renders for real."""
