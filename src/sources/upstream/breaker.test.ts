/** A vendor that fails is left alone, and is back when it is well. */
import { expect, test } from 'vitest'
import { Breaker, type Health } from './breaker.ts'

/** A breaker over a clock that tests move. */
function world({ sole = false, random = 0.5 } = {}) {
  const time = { nowMs: 0 }
  const clock = { nowMs: () => 0, monotonicUs: () => time.nowMs * 1_000 }
  const breaker = new Breaker({ clock, random: () => random, sole })
  const call = async (health: Health) =>
    breaker.run(
      async () => health,
      (result) => result,
    )
  const calls = async (health: Health, times: number) => {
    for (let n = 0; n < times; n++) await call(health)
  }
  return { time, breaker, call, calls }
}

test('five failures in a row take a vendor out for thirty seconds, four do not', async () => {
  const { time, breaker, calls } = world()
  await calls('ill', 4)
  await calls('well', 1)
  await calls('ill', 4)
  expect(breaker.state).toBe('closed')
  await calls('ill', 1)
  expect(breaker.admits()).toBe(false)
  time.nowMs = 29_999
  expect(breaker.admits()).toBe(false)
  time.nowMs = 30_000
  expect(breaker.admits()).toBe(true)
})

test('half of twenty calls in ten seconds take it out, and no share of fewer', async () => {
  const { time, breaker, calls } = world()
  for (let n = 0; n < 4; n++) {
    await calls('ill', 2)
    await calls('well', 2)
  }
  await calls('ill', 2)
  expect(breaker.state).toBe('closed')
  time.nowMs += 11_000
  for (let n = 0; n < 4; n++) {
    await calls('ill', 2)
    await calls('well', 2)
  }
  await calls('ill', 2)
  expect(breaker.state).toBe('closed')
  await calls('well', 1)
  await calls('ill', 1)
  expect(breaker.state).toBe('open')
})

test('on trial it is asked once at a time; three successes let it back, one failure throws it out', async () => {
  const { time, breaker, call, calls } = world()
  await calls('ill', 5)
  time.nowMs = 30_000
  const answer = Promise.withResolvers<Health>()
  const trial = breaker.run(
    () => answer.promise,
    (health) => health,
  )
  expect(breaker.admits()).toBe(false)
  answer.resolve('well')
  await trial
  expect(breaker.admits()).toBe(true)
  await call('ill')
  expect(breaker.admits()).toBe(false)
  time.nowMs += 59_999
  expect(breaker.admits()).toBe(false)
  time.nowMs += 1
  await calls('well', 3)
  expect(breaker.state).toBe('closed')
})

test('each time out is longer, up to five minutes, scattered by a fifth, and health shortens it', async () => {
  const { time, breaker, calls } = world({ random: 0 })
  await calls('ill', 5)
  time.nowMs += 23_999
  expect(breaker.admits()).toBe(false)
  time.nowMs += 1
  for (let n = 2; n <= 20; n++) {
    await calls('ill', 1)
    const openMs = Math.min(30_000 * n, 300_000) * 0.8
    time.nowMs += openMs - 1
    expect(breaker.admits()).toBe(false)
    time.nowMs += 1
    expect(breaker.admits()).toBe(true)
  }
  await calls('well', 3)
  time.nowMs += 20 * 30_000
  await calls('ill', 5)
  time.nowMs += 24_000
  expect(breaker.admits()).toBe(true)
})

test('the only vendor is tried again each thirty seconds', async () => {
  const { time, breaker, calls } = world({ sole: true })
  await calls('ill', 5)
  for (let n = 0; n < 5; n++) {
    time.nowMs += 30_000
    expect(breaker.admits()).toBe(true)
    await calls('ill', 1)
    expect(breaker.admits()).toBe(false)
  }
})

test('a vendor that refuses us is out at once, and probes do not argue', async () => {
  const { breaker, call } = world()
  await call('barred')
  expect(breaker.admits()).toBe(false)
  expect(breaker.barred).toBe(true)
})

test('two free probes in a row let it back before its time, a failing one between them does not', async () => {
  const { breaker, calls } = world()
  await calls('ill', 5)
  breaker.probed(true)
  breaker.probed(false)
  breaker.probed(true)
  expect(breaker.state).toBe('open')
  breaker.probed(true)
  expect(breaker.state).toBe('closed')
  expect(breaker.admits()).toBe(true)
  await calls('ill', 4)
  expect(breaker.state).toBe('closed')
})

test('a wall clock that is set back changes nothing', async () => {
  const { time, breaker, calls } = world()
  await calls('ill', 5)
  time.nowMs = 30_000
  const real = Date.now
  Date.now = () => real() - 86_400_000
  try {
    await calls('well', 3)
  } finally {
    Date.now = real
  }
  expect(breaker.state).toBe('closed')
})
