	.file "kernel.c"
	.text
	.globl f
	.type f,@function
f:
	.file 1 "src/kernel.c"
	.file 2 "include/größe.h"
	.loc 1 3 5
	nop
	.loc 1 4 7
	nop
	nop
	.loc 2 100 1
	nop
	.loc 1 2 0
	nop
	.size f,.-f
	.section other,"ax"
g:
	.loc 2 9 9
	nop
	.loc 2 700 9
	nop
