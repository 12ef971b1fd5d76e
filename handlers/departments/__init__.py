"""What people of departments (承办单位) do in chat: see what was referred to them, accept, refuse, answer, ask for days."""
