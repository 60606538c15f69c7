/**
 * How the tests run: unit tests beside the code, whole-program tests under `test/`.
 *
 * Files share their processes, because loading the program anew for each cost as much as the tests;
 * so no module may keep anything of a test, and what a test made it removes by `onTestFinished`.
 * Many files wait for processes and disks, so every core gets a worker, the last one too.
 */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    isolate: false,
    maxWorkers: '100%',
    globalSetup: ['test/support/postgres-for-all.ts'],
    testTimeout: 20_000,
  },
})
