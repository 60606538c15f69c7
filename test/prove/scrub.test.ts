import { expect, test } from 'vitest'
import { person } from './installation.ts'
import { namesIn, numbersIn } from './scrub.ts'

test('an element anywhere in a text is found, and other numbers are none', () => {
  const { name, idNumber, cardNumber, mobile } = person(17)
  expect(numbersIn(`a ${idNumber}, "${cardNumber}" and mobile=${mobile};`)).toBe(3)
  expect(namesIn(`{"name":"${name}"}`)).toBe(1)
  expect(numbersIn('1795308518024 3XU29Z4D2611220525 62')).toBe(0)
  expect(namesIn('认证未通过')).toBe(0)
})
