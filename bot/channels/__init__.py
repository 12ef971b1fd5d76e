"""One platform a family of files behind Channel: official account, WeCom, SMS."""
