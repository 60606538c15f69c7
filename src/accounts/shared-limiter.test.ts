import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FAULTS, TestNodes } from './test-nodes.ts'

const LIMIT = 20

/** Nodes that have found each other. */
async function twoNodes(): Promise<TestNodes> {
  const world = new TestNodes(2)
  await world.pass(3_000)
  expect(world.nodes.map(({ shared }) => shared)).toEqual([true, true])
  return world
}

/** Requests on all nodes, far above the limit, for a time. */
async function press(world: TestNodes, ms: number): Promise<void> {
  for (let elapsed = 0; elapsed < ms; elapsed += 10) {
    for (let node = 0; node < world.nodes.length; node++) world.request(node, 1, LIMIT)
    await world.pass(10)
  }
}

test('over two nodes exactly the limit is accepted in a second, whoever is asked', async () => {
  const world = await twoNodes()
  world.request(0, 15, LIMIT)
  await world.pass(10)
  world.request(1, 15, LIMIT)
  await world.pass(10)
  expect(world.acceptedUs).toHaveLength(LIMIT)
  await world.pass(1_000)
  world.request(1, 30, LIMIT)
  await world.pass(10)
  expect(world.acceptedUs).toHaveLength(2 * LIMIT)
})

test('counts go up to the limit, and above it for what is refused', async () => {
  const world = await twoNodes()
  const { limiter } = world.nodes[0]!
  const counts = Array.from({ length: 22 }, () => limiter.take('key_1', 'v.api', LIMIT))
  await world.pass(10)
  const [first, ...others] = await Promise.all(counts)
  expect(first).toBe(1)
  expect(others.slice(-3)).toEqual([20, 21, 22])
  expect(limiter.take('key_1', 'v.api', LIMIT)).toBe(23)
})

test.for([
  ['stop', 'start'],
  ['freeze', 'thaw'],
  ['flush', 'flush'],
  ['slow', 'quick'],
  ['cut', 'join'],
] as const)(
  'under %s, then %s, no second has more than the limit and the limits are shared again',
  async ([fault, healing]) => {
    const world = await twoNodes()
    await press(world, 1_500)
    world.inflict(fault, 0)
    await press(world, 4_000)
    expect(world.densest).toBeLessThanOrEqual(LIMIT)
    const during = world.acceptedUs.length
    world.inflict(healing, 0)
    await press(world, 4_000)
    expect(world.densest).toBeLessThanOrEqual(LIMIT)
    expect(world.acceptedUs.length - during).toBeGreaterThan(LIMIT)
    expect(world.nodes.every(({ shared }) => shared)).toBe(true)
  },
)

test('a store emptied on the way back knows nothing, so the way begins again', async () => {
  const world = await twoNodes()
  world.inflict('stop', 0)
  await press(world, 2_500)
  world.inflict('start', 0)
  await press(world, 900)
  world.inflict('flush', 0)
  await press(world, 3_000)
  expect(world.densest).toBeLessThanOrEqual(LIMIT)
})

test('without the store each node accepts its share, from the first second on', async () => {
  const world = await twoNodes()
  world.inflict('stop', 0)
  await world.pass(2_000)
  world.request(0, 15, LIMIT)
  await world.pass(10)
  expect(world.acceptedUs).toHaveLength(LIMIT / 2)
})

test('while a node is cut off, the other leaves it its share', async () => {
  const world = await twoNodes()
  world.inflict('cut', 0)
  await world.pass(3_000)
  world.request(1, 15, LIMIT)
  await world.pass(10)
  expect(world.acceptedUs).toHaveLength(LIMIT / 2)
})

test('when the store is lost, a request that fits into the share waits and is not refused', async () => {
  const world = await twoNodes()
  world.inflict('stop', 0)
  world.request(0, 3, LIMIT)
  await world.pass(100)
  expect(world.acceptedUs).toHaveLength(0)
  await world.pass(2_000)
  expect([world.acceptedUs.length, world.refused]).toEqual([3, 0])
})

test('whatever befalls the store and in whatever order, no second has more than the limit', async () => {
  const step = fc.record({
    fault: fc.option(fc.constantFrom(...FAULTS), { nil: undefined, freq: 2 }),
    node: fc.nat(2),
    requests: fc.nat(12),
    ms: fc.oneof(fc.nat(30), fc.nat(700)),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const world = new TestNodes(3)
      await world.pass(2_500)
      for (const { fault, node, requests, ms } of steps) {
        if (fault !== undefined) world.inflict(fault, node)
        world.request(node, requests, LIMIT)
        await world.pass(ms)
      }
      world.heal()
      await world.pass(5_000)
      expect(world.densest).toBeLessThanOrEqual(LIMIT)
      expect(world.nodes.every(({ shared }) => shared)).toBe(true)
    }),
    { numRuns: 100 },
  )
})
