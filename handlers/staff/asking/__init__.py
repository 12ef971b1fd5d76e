"""Figures in chat: free questions, 统计, 总数, each opened to its cases."""
