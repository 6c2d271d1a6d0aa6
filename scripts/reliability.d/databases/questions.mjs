// What is asked of a database, in words that all of them understand.

/** An account as a connection of its own sees it; none when there is no such account. */
export async function readAccount(database, reader, email) {
  const { hex } = database;
  const rows = await reader.rows(`
    select u.name, u.password_hash, ${hex('s.id')}, s.refresh_generation, s.device_name
    from users u left join sessions s on s.user_id = u.id and s.revoked_at is null
    where u.email_key = '${email}'`);
  if (rows.length === 0) return null;
  const sessions = new Map();
  for (const [, , id, generation, device] of rows) {
    // An outer join gives a row also to those who have no session.
    if (/^[0-9a-f]{32}$/.test(id)) sessions.set(id, { generation: Number(generation), device });
  }
  return { name: rows[0][0], hash: rows[0][1], sessions };
}

/** Which of these addresses have an account. */
export async function readEmails(reader, pattern) {
  const rows = await reader.rows(`select email_key from users where email_key like '${pattern}'`);
  return new Set(rows.map(([email]) => email));
}
