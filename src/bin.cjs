#!/usr/bin/env node
require('./early.cjs')
import('../dist/src/program.js')
