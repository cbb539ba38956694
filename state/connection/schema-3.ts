/** Checksums: of a task's row, and of an event. Null: written by an earlier version, and not looked at. A statement each. */
export const schema3: readonly string[] = [
  `ALTER TABLE task ADD COLUMN sum INTEGER`,
  `ALTER TABLE event ADD COLUMN sum INTEGER`,
];
