/** Prints the rooms of `src`, their arrows and their readers; exits 1 when an arrow or a cycle is wrong. */
import { isMain } from './step.ts'
import { type Rooms, readersOf, surveyRooms } from './tidy/rooms.ts'
import { printFindings, readTree } from './tidy/tree.ts'

/** The room graph as a person reads it. */
export function printRooms({ rooms, arrows, cycles }: Rooms): string[] {
  const width = Math.max(0, ...rooms.map((room) => room.length))
  const lines = rooms.map((room) => {
    const targets = rooms.filter((other) => arrows.get(room)?.has(other))
    const readers = readersOf(arrows, room).length
    return `${room.padEnd(width)}  read by ${String(readers).padStart(2)}  imports ${targets.join(' ') || '-'}`
  })
  const all = rooms.filter((room) => readersOf(arrows, room).length === rooms.length - 1)
  return [
    ...lines,
    `cycles: ${cycles.length}`,
    `imported by every other room: ${all.join(' ') || 'none'}`,
  ]
}

if (isMain(import.meta)) {
  const survey = surveyRooms(readTree(process.cwd()))
  const lines = [...printRooms(survey), ...printFindings(survey.findings)]
  console.log(lines.join('\n'))
  process.exitCode = survey.findings.length === 0 ? 0 : 1
}
