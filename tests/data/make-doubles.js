// Writes doubles.tsv beside this file: the bits of doubles and how JSON.stringify prints them, as vectors for src/json.
// The random ones come from a fixed seed. usage: node make-doubles.js
const fs = require("fs")
const path = require("path")

const view = new DataView(new ArrayBuffer(8))
const bitsOf = number => {
  view.setFloat64(0, number)
  return view.getBigUint64(0)
}
const doubleOf = bits => {
  view.setBigUint64(0, bits)
  return view.getFloat64(0)
}
let state = 88172645463325252n
const random = () => {
  state ^= (state << 13n) & 0xffffffffffffffffn
  state ^= state >> 7n
  state ^= (state << 17n) & 0xffffffffffffffffn
  return state
}

const numbers = [0, -0, 1, -1, 0.1, 0.2, 0.1 + 0.2, 1 / 3, 5e-324, 1e-323, 2.2250738585072014e-308,
                 2.225073858507201e-308, 1.7976931348623157e308, 1e21, 1e-7, 1e-6, 9.5e-7, 123456789012345680000, 1e20,
                 999999999999999900000, 2 ** 53, 2 ** 53 + 2, -(2 ** 53), 2 ** 63, 2 ** 64, 19.99, -19.99, 100.5, 1.005,
                 4.35, 0.000001, 0.0000012, 1e300 * 1e300, NaN, 9007199254740991.5, 4503599627370496.5, 1e15, 1e16,
                 999999999999999, 0.30000000000000004, 5e-7, 25.000001, 1e-5, 123456.789e3]
for (let exponent = -1074; exponent < 1024; exponent += 3) {
  numbers.push(2 ** exponent)
}
for (let exponent = -323; exponent <= 308; exponent += 4) {
  numbers.push(Number("1e" + exponent), Number("9.999999999999999e" + exponent), Number("-1.25e" + exponent))
}
for (let i = 0; i < 700; i++) {
  numbers.push(doubleOf(random()))
}
for (let i = 0; i < 400; i++) {
  const cents = Number(random() % 100000000n)
  numbers.push(cents / 100, cents / 1000, cents / 7, cents * 1e10 + 0.5)
}
const lines = numbers.map(number => bitsOf(number).toString(16).padStart(16, "0") + "\t" + JSON.stringify(number))
fs.writeFileSync(path.join(__dirname, "doubles.tsv"), lines.join("\n") + "\n")
