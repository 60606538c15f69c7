// Refuses a Node that cannot run Kayan, in words, before Node itself fails with unreadable ones.
// Plain old JavaScript on purpose: it must run under every Node there is.
var parts = process.versions.node.split('.').map(Number)
var major = parts[0]
var minor = parts[1]
// The same range as "engines" in package.json: >=24.16 <25 || >=26.1
var fits = (major === 24 && minor >= 16) || (major === 26 && minor >= 1) || major > 26

if (!fits) {
  console.error(
    [
      'Kayan 需要 Node.js 24.16 以上的 24.x，或 26.1 以上；当前为 '.concat(
        process.versions.node,
        '。',
      ),
      '请在项目目录运行 npm ci（会装好 Node 26），然后用 npm start、npm test 启动。',
      'Kayan needs Node.js 24.16 or later of 24.x, or 26.1 or later; this is '.concat(
        process.versions.node,
        '.',
      ),
      'Run npm ci in the project (it brings Node 26 along), then start with npm start, npm test.',
    ].join('\n'),
  )
  process.exit(1)
}
