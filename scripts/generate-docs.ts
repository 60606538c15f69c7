export function generatePages(): Map<string, string> {
  return new Map()
}
