"""Telling her before a call-in: the notice, its board, its alarms, and how it ends untold."""
