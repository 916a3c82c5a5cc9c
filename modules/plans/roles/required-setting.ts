/** The value that a role needs from the selected plans; the selection sets it whenever it selects the role. */
export function requiredSetting<T>(value: T | undefined, setting: string): T {
  if (value === undefined) {
    throw new Error(`role setting ${setting} is missing although a role needs it`);
  }
  return value;
}
