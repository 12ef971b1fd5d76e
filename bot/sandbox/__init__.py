"""WeChat and WeCom on this machine: an account, phones and an office to try the bot with."""
