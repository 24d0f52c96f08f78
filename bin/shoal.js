#!/usr/bin/env node
import '../dist/flash-tools/main.js';
